// Arguments and environment arrive in order, unchanged.
//#Build: libc
//#Config: none
//#ProgramName: prog
//#ExpectedStdout: arguments
//#ExpectedStdout: [prog]
//#Config: some:none
//#Args: one --two=2 -3 ünï
//#Env: A=1
//#Env: EMPTY=
//#Env: EQUALS=a=b=c
//#ExpectedStdout: [one]
//#ExpectedStdout: [--two=2]
//#ExpectedStdout: [-3]
//#ExpectedStdout: [ünï]
//#ExpectedStdout: A=1
//#ExpectedStdout: EMPTY=
//#ExpectedStdout: EQUALS=a=b=c
#include <stdio.h>
#include <string.h>

extern char **environ;

int main(int argc, char **argv) {
    puts("arguments");
    for (int i = 0; i < argc; i++) printf("[%s]\n", argv[i]);
    for (char **e = environ; e && *e; e++) puts(*e);
    return argv[argc] != NULL;
}
