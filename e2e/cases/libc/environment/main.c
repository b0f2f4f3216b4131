// The environment of libc: read, changed, and independent of the host's.
//#Build: libc
//#Env: GIVEN=from the host
//#Env: EMPTY=
//#ExpectedStdout: ok
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

static int count(void) {
    int n = 0;
    for (char **e = environ; e && *e; e++) n++;
    return n;
}

int main(void) {
    int given = count();
    if (given != 2) return 1;
    if (strcmp(getenv("GIVEN"), "from the host") || strcmp(getenv("EMPTY"), "")) return 2;
    if (getenv("PATH") || getenv("GIVE")) return 3;
    if (setenv("NEW", "1", 0) || setenv("NEW", "2", 0) || strcmp(getenv("NEW"), "1")) return 4;
    if (setenv("NEW", "3", 1) || strcmp(getenv("NEW"), "3") || count() != 3) return 5;
    if (unsetenv("GIVEN") || getenv("GIVEN") || count() != 2) return 6;
    static char own[] = "OWN=x";
    if (putenv(own) || strcmp(getenv("OWN"), "x")) return 7;
    own[4] = 'y';
    if (strcmp(getenv("OWN"), "y")) return 8;
    if (setenv("A=B", "c", 1) == 0) return 9;
    if (clearenv() || getenv("NEW") || count() != 0) return 10;
    puts("ok");
}
