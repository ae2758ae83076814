throw new Error("at its start");
