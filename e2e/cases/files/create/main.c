// What a program writes in a mapped directory is there afterwards, and what was
// there before is seen.
//#Build: libc
//#PrefilledFile: in.txt:from the host
//#ExpectedFile: out.txt:from the program
//#ExpectedFile: in.txt:from the host, and more
//#ExpectedFile: sub/deep/x:x
//#ExpectedStdout: from the host
#include <stdio.h>
#include <sys/stat.h>

int main(void) {
    char b[100] = {0};
    FILE *f = fopen("/data/in.txt", "r");
    if (!f || !fread(b, 1, sizeof b - 1, f) || fclose(f)) return 1;
    puts(b);
    f = fopen("/data/in.txt", "a");
    if (!f || fputs(", and more", f) < 0 || fclose(f)) return 2;
    f = fopen("/data/out.txt", "w");
    if (!f || fputs("from the program", f) < 0 || fclose(f)) return 3;
    if (mkdir("/data/sub", 0777) || mkdir("/data/sub/deep", 0777)) return 4;
    f = fopen("/data/sub/deep/x", "wx");
    if (!f || fputs("x", f) < 0 || fclose(f)) return 5;
}
