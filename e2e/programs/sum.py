# Sums up a file and its input, moves a file about, prints a lot.
import os
import sys

with open("/data/in.txt") as f:
    numbers = [int(line.split()[1]) for line in f]
print("file:", len(numbers), "lines,", sum(numbers))

numbers = [int(line) for line in sys.stdin]
print("stdin:", len(numbers), "lines,", sum(numbers))

with open("/data/tmp.txt", "w") as f:
    f.write("from the program\n")
with open("/data/tmp.txt", "a") as f:
    f.write("twice\n")
os.rename("/data/tmp.txt", "/data/out.txt")
print("dir:", " ".join(sorted(os.listdir("/data"))), os.stat("/data/out.txt").st_size)

for i in range(100000):
    print(i, i * i)
print("done")
sys.exit(3)
