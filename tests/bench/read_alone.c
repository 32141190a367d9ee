/* read_alone FILE...: reads each, in pieces of 192 KiB, and does nothing with them. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static _Alignas(4096) char piece[192 * 1024];

int main(int argc, char *argv[])
{
    for (int i = 1; i < argc; i++) {
        int file = open(argv[i], O_RDONLY);
        if (file < 0) {
            perror(argv[i]);
            return 1;
        }
        while (read(file, piece, sizeof piece) > 0)
            ;
        close(file);
    }
    return 0;
}
