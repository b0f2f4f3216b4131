// Sums up a file and its input, moves a file about, prints a lot. For WasmEdge's QuickJS.
import * as std from "std";
import * as fs from "_node:fs";

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

let numbers = std.loadFile("/data/in.txt").trim().split("\n").map((line) => Number(line.split(" ")[1]));
std.out.puts(`file: ${numbers.length} lines, ${sum(numbers)}\n`);

numbers = [];
for (let line = std.in.getline(); line !== null; line = std.in.getline()) numbers.push(Number(line));
std.out.puts(`stdin: ${numbers.length} lines, ${sum(numbers)}\n`);

const write = (mode, text) => {
  const file = std.open("/data/tmp.txt", mode);
  file.puts(text);
  file.close();
};
write("w", "from the program\n");
write("a", "twice\n");
fs.renameSync("/data/tmp.txt", "/data/out.txt");
const names = fs.freaddirSync(fs.openSync("/data", 0, 0, 0), 0).res.map(({ name }) => name).filter((name) => !/^\.+$/.test(name));
std.out.puts(`dir: ${names.sort().join(" ")} ${fs.statSync("/data/out.txt").size}\n`);

for (let i = 0; i < 100000; i++) std.out.puts(`${i} ${i * i}\n`);
std.out.puts("done\n");
std.exit(3);
