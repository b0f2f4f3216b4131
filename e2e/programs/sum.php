<?php
// Sums up a file and the body of the request, moves a file about, prints a lot.
$numbers = array_map(fn($line) => (int) explode(" ", $line)[1], file("/data/in.txt"));
echo "file: ", count($numbers), " lines, ", array_sum($numbers), "\n";

$numbers = array_map("intval", explode("\n", trim(file_get_contents("php://input"))));
echo "stdin: ", count($numbers), " lines, ", array_sum($numbers), "\n";

file_put_contents("/data/tmp.txt", "from the program\n");
file_put_contents("/data/tmp.txt", "twice\n", FILE_APPEND);
rename("/data/tmp.txt", "/data/out.txt");
$names = array_values(array_diff(scandir("/data"), [".", ".."]));
echo "dir: ", implode(" ", $names), " ", filesize("/data/out.txt"), "\n";

for ($i = 0; $i < 100000; $i++) {
    echo $i, " ", $i * $i, "\n";
}
echo "done\n";
exit(3);
