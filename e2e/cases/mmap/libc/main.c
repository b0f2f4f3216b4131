// mmap of wasi-libc: memory that is zero, and files read privately.
//#Build: libc -D_WASI_EMULATED_MMAN -lwasi-emulated-mman
//#PrefilledFile: f.txt:private text
//#ExpectedFile: f.txt:private text
//#ExpectedStdout: ok
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int main(void) {
    char *zero = mmap(0, 100000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (zero == MAP_FAILED) return 1;
    for (int i = 0; i < 100000; i++)
        if (zero[i]) return 2;
    memset(zero, 'z', 100000);
    int fd = open("/data/f.txt", O_RDONLY);
    if (fd < 0 || lseek(fd, 3, SEEK_SET) != 3) return 3;
    char *text = mmap(0, 12, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    if (text == MAP_FAILED || memcmp(text, "private text", 12)) return 4;
    if (lseek(fd, 0, SEEK_CUR) != 3 || close(fd)) return 5;
    text[0] = 'P';
    if (munmap(text, 12) || munmap(zero, 100000)) return 6;
    puts("ok");
}
