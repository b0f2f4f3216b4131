// An exception that nobody catches ends the program as a fault does.
//#Build: freestanding exceptions
//#ExpectedStdout: before
//#ExpectedExitCode: 134
#include "exceptions.h"

extern "C" void _start() {
    print("before\n");
    raise(3);
    print("after\n");
}
