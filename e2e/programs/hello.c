/* Compiled by clang and linked by wasm-ld inside the sandbox. */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  FILE *f = fopen("/data/in.txt", "r");
  if (!f) {
    perror("/data/in.txt");
    return 1;
  }
  long n = 0, sum = 0, number;
  while (fscanf(f, "line %ld\n", &number) == 1) n++, sum += number;
  fclose(f);
  printf("file: %ld lines, %ld\n", n, sum);

  n = sum = 0;
  while (scanf("%ld", &number) == 1) n++, sum += number;
  printf("stdin: %ld lines, %ld\n", n, sum);

  f = fopen("/data/tmp.txt", "w");
  fputs("from the program\n", f);
  fclose(f);
  f = fopen("/data/tmp.txt", "a");
  fputs("twice\n", f);
  long size = ftell(f);
  fclose(f);
  if (rename("/data/tmp.txt", "/data/out.txt") != 0) {
    perror("rename");
    return 1;
  }
  printf("dir: in.txt out.txt %ld\n", size);

  for (long long i = 0; i < 100000; i++) printf("%lld %lld\n", i, i * i);
  printf("done\n");
  return argc == 2 ? atoi(argv[1]) : 1;
}
