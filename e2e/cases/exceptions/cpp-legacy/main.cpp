// C++ exceptions in their first encoding.
//#Build: freestanding exceptions legacy
//#ExpectedStdout: cleaned 5
//#ExpectedStdout: ok
#include "exceptions.h"
#include "exception_rules.h"

extern "C" void _start() { rules(); }
