// stdio on files: modes, positions, pushing back, long lines.
//#Build: libc
//#ExpectedStdout: ok
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
    char line[100];
    FILE *f = fopen("/f", "w+");
    if (!f || fprintf(f, "one\ntwo %d\n", 2) != 10 || fseek(f, 0, SEEK_SET)) return 1;
    if (!fgets(line, sizeof line, f) || strcmp(line, "one\n") || ftell(f) != 4) return 2;
    if (fgetc(f) != 't' || ungetc('T', f) != 'T' || fscanf(f, "%s", line) != 1 || strcmp(line, "Two")) return 3;
    if (fclose(f)) return 4;
    if (!(f = fopen("/f", "a")) || fputs("three\n", f) < 0 || fclose(f)) return 5;
    if (!(f = fopen("/f", "r")) || fread(line, 1, 99, f) != 16 || !feof(f) || ferror(f)) return 6;
    line[16] = 0;
    if (strcmp(line, "one\ntwo 2\nthree\n")) return 7;
    rewind(f);
    char *all = 0;
    size_t room = 0;
    int n = 0;
    while (getline(&all, &room, f) > 0) n++;
    if (n != 3 || fclose(f)) return 8;
    if (fopen("/none", "r") || errno != ENOENT) return 9;
    if (!(f = fopen("/f", "wx")) ? errno != EEXIST : 1) return 10;
    if (!(f = fdopen(1, "w")) || fputs("ok\n", f) < 0 || fclose(f)) return 11;
    return remove("/f") ? 12 : 0;
}
