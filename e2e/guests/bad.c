// Does what its first argument says: things that programs should not, or do at
// the limits. Prints what came of it.

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

static void fail(const char *what) {
  fprintf(stderr, "bad: %s: %s\n", what, strerror(errno));
  exit(1);
}

// args and env: numbers, total length, and a hash of all strings.
static void list(char **strings) {
  size_t n = 0, bytes = 0;
  uint32_t hash = 2166136261u;
  for (; strings[n]; n++) {
    for (const char *p = strings[n]; *p; p++, bytes++) hash = (hash ^ (uint8_t)*p) * 16777619u;
  }
  printf("%zu %zu %u\n", n, bytes, hash);
}

static char *repeat(const char *part, size_t bytes) {
  size_t n = strlen(part), at = 0;
  char *s = malloc(bytes + n + 1);
  if (!s) fail("malloc");
  for (; at < bytes; at += n) memcpy(s + at, part, n);
  s[at] = 0;
  return s;
}

static void told(const char *call, int result) {
  printf("%s: %s\n", call, result < 0 ? strerror(errno) : "worked");
}

// paths of so many bytes, made of that part.
static void paths(const char *part, size_t bytes) {
  char *path = repeat(part, bytes), buf[16];
  struct stat st;
  told("open", open(path, O_RDWR | O_CREAT, 0666));
  told("stat", stat(path, &st));
  told("mkdir", mkdir(path, 0777));
  told("rename from", rename(path, "/x"));
  told("rename to", rename("/kept", path));
  told("link", link("/kept", path));
  told("symlink", symlink("/kept", path));
  told("symlink to it", symlink(path, "/long"));
  told("readlink", readlink(path, buf, sizeof buf));
  told("unlink", unlink(path));
  told("rmdir", rmdir(path));
  told("stat of a file", stat("/kept", &st));
}

// deep makes directories in each other, and a file in the last.
static void deep(int levels) {
  int dir = open("/", O_RDONLY | O_DIRECTORY);
  for (int i = 0; i < levels; i++) {
    if (mkdirat(dir, "d", 0777) != 0) fail("mkdirat");
    int next = openat(dir, "d", O_RDONLY | O_DIRECTORY);
    if (next < 0) fail("openat");
    close(dir);
    dir = next;
  }
  int file = openat(dir, "file", O_RDWR | O_CREAT, 0666);
  if (file < 0 || write(file, "deep", 4) != 4) fail("file");
  // A file at the bottom does not keep the top from being moved, but the bottom is below it.
  int top = open("/", O_RDONLY | O_DIRECTORY);
  told("rename into itself", renameat(top, "d", dir, "d"));
  told("rename", rename("/d", "/e"));
  char buf[5] = "";
  if (pread(file, buf, 4, 0) != 4) fail("pread");
  printf("%d levels: %s\n", levels, buf);
}

// undeep takes them away again, from the top.
static void undeep(int levels) {
  for (int i = 1; i < levels; i++) {
    if (rename("/e/d", "/f") != 0) fail("rename");
    if (rmdir("/e") != 0) fail("rmdir");
    if (rename("/f", "/e") != 0) fail("rename back");
  }
  if (unlink("/e/file") != 0 || rmdir("/e") != 0) fail("the last");
}

static void grow(void) {
  size_t pages = __builtin_wasm_memory_size(0), by = 4096;
  while (by > 0) {
    size_t before = __builtin_wasm_memory_grow(0, by);
    if (before == (size_t)-1) {
      by /= 2;
      continue;
    }
    pages = before + by;
    *(volatile char *)((before << 16) + 1) = 1;
  }
  *(volatile char *)((pages << 16) - 1) = 1;
  // A system call can use what is there now.
  char *last = (char *)((pages << 16) - 6);
  memcpy(last, "last\n", 5);
  if (write(1, last, 5) != 5) fail("write");
  printf("%zu pages\n", pages);
}

// A file of so many MiB, each of which begins with its number, is written, read
// back, and removed: twice, so that the room has to come back.
static void large(int mib) {
  static int b[1 << 18];
  for (int round = 0; round < 2; round++) {
    int fd = open("/large", O_CREAT | O_EXCL | O_RDWR, 0666);
    if (fd < 0) fail("open");
    for (int i = 0; i < mib; i++) {
      b[0] = i + round;
      if (write(fd, b, sizeof b) != sizeof b) fail("write");
    }
    for (int i = mib - 1; i >= 0; i--) {
      if (pread(fd, b, sizeof b, (off_t)i << 20) != sizeof b) fail("pread");
      if (b[0] != i + round) printf("MiB %d begins with %d\n", i, b[0]);
    }
    struct stat st;
    if (fstat(fd, &st) != 0 || close(fd) != 0 || unlink("/large") != 0) fail("the end");
    printf("%lld bytes\n", (long long)st.st_size);
  }
}

static void flood(int fd) {
  static char buf[4096];
  memset(buf, 'x', sizeof buf);
  for (;;) {
    if (write(fd, buf, sizeof buf) < 0) fail("write");
  }
}

static void cat(void) {
  static char buf[4096];
  ssize_t n;
  while ((n = read(0, buf, sizeof buf)) > 0) {
    if (write(1, buf, n) != n) fail("write");
  }
  if (n < 0) fail("read");
}

// pointers: calls with addresses that are none.
static void pointers(void) {
  void *bad = (void *)0xfffffff0u;
  told("read", read(0, bad, 100));
  told("write", write(1, bad, 100));
  told("getentropy", getentropy(bad, 100));
}

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "";
  int n = argc > 2 ? atoi(argv[2]) : 0;
  if (!strcmp(what, "args")) list(argv);
  else if (!strcmp(what, "env")) list(environ);
  else if (!strcmp(what, "paths")) paths(argv[3], n);
  else if (!strcmp(what, "deep")) deep(n);
  else if (!strcmp(what, "undeep")) undeep(n);
  else if (!strcmp(what, "grow")) grow();
  else if (!strcmp(what, "large")) large(n);
  else if (!strcmp(what, "flood")) flood(n);
  else if (!strcmp(what, "cat")) cat();
  else if (!strcmp(what, "pointers")) pointers();
  else if (!strcmp(what, "exit")) return n;
  else if (!strcmp(what, "abort")) abort();
  else {
    fprintf(stderr, "bad: no such command: %s\n", what);
    return 2;
  }
  return 0;
}
