// What mounts are made of, loaded with the first one.

export * from "./fs/sources.js";
