package hostfs

import (
	"errors"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
)

// A path that is too long as a whole is refused before its beginning is made.
func TestMkdirTooLong(t *testing.T) {
	fs := newFS()
	err := fs.Mkdir("/"+strings.Repeat("a/", 1<<19), true)
	var e *Error
	if !errors.As(err, &e) || e.Errno != abi.ENAMETOOLONG {
		t.Fatal(err)
	}
	if list, err := fs.ReadDir("/"); err != nil || len(list) != 0 {
		t.Errorf("%v, %v", list, err)
	}
}
