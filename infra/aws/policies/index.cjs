// The engine loads a pack with an own, old compiler unless its main file is JavaScript.
require("tsx/cjs");
require("./pack.ts");
