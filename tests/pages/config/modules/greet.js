export const name = "greeter";
export default (who) => `hello ${who}`;
