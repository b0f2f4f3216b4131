// C++ exceptions: caught, thrown again, through calls that clean up, nested, and
// with calls to the host on the way.
//#Build: freestanding exceptions
//#ExpectedStdout: cleaned 5
//#ExpectedStdout: ok
#include "exceptions.h"
#include "exception_rules.h"

extern "C" void _start() { rules(); }
