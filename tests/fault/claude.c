/* Stands in for the claude binary; its name says how it behaves. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
    const char *name = argc > 0 ? argv[0] : "";
    if (strstr(name, "hangs"))
        sleep(600);
    if (strstr(name, "fails")) {
        fputs("no such model\n", stderr);
        return 1;
    }
    puts("2.1.330 (Claude Code)");
    return 0;
}
