// Names of hosts, and the addresses of the system.
//#Build: freestanding
//#ExpectedStdout: ok
#include "sock.h"

static u8 found[18 * 4];

static u32 look(const char *name) {
    u32 n = 0, e = resolve(name, length(name), 80, found, 4, &n);
    check_at(name, e && e != ENOENT, 0);
    return n;
}

void _start(void) {
    static const u8 v4[] = {INET4, 0, 127, 0, 0, 1}, v6[18] = {INET6, [17] = 1}, db[] = {INET4, 0, 10, 1, 2, 3};
    check(look("localhost"), 2);
    check(same(found, v4, 6), 1);
    check(same(found + 18, v6, 18), 1);
    check(look("127.0.0.1"), 1);
    check(same(found, v4, 6), 1);
    check(look("::1"), 1);
    check(same(found, v6, 18), 1);
    check(look("db.example"), 0);
    u32 f = open_file("/etc/hosts", O_CREAT, 0);
    write_all(f, "# hosts\n10.1.2.3 db.example db\n", 31);
    check(look("DB"), 1);
    check(same(found, db, 6), 1);
    u8 list[28 * 2];
    u32 n = 1;
    check(port_addr_list(list, &n), 61);
    check(n, 2);
    ok(port_addr_list(list, &n));
    check(list[2], 127);
    check(list[6], 8);
    print("ok\n");
}
