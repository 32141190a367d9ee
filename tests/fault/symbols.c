#include "driver.h"

#include <elf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static struct {
    const Elf64_Sym *symbols;
    const char *names;
    size_t count;
} tables[2];

bool symbols_load(enum plugin plugin, const char *path)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) != 0)
        return false;
    const char *file = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (file == MAP_FAILED)
        return false;
    const Elf64_Ehdr *head = (const void *)file;
    if (memcmp(head->e_ident, ELFMAG, SELFMAG) != 0 || head->e_ident[EI_CLASS] != ELFCLASS64)
        return false;
    const Elf64_Shdr *sections = (const void *)(file + head->e_shoff);
    for (size_t i = 0; i < head->e_shnum; i++) {
        if (sections[i].sh_type != SHT_SYMTAB)
            continue;
        tables[plugin].symbols = (const void *)(file + sections[i].sh_offset);
        tables[plugin].count = sections[i].sh_size / sizeof(Elf64_Sym);
        tables[plugin].names = file + sections[sections[i].sh_link].sh_offset;
    }
    return tables[plugin].count > 0;
}

bool symbols_have(const char *name, size_t length)
{
    for (int plugin = PREFLIGHT; plugin <= RUNLOG; plugin++) {
        for (size_t i = 0; i < tables[plugin].count; i++) {
            const char *symbol = tables[plugin].names + tables[plugin].symbols[i].st_name;
            if (strncmp(symbol, name, length) == 0 && symbol[length] == '\0')
                return true;
        }
    }
    return false;
}

const char *symbols_name(enum plugin plugin, uint64_t address)
{
    for (size_t i = 0; i < tables[plugin].count; i++) {
        const Elf64_Sym *s = &tables[plugin].symbols[i];
        if (ELF64_ST_TYPE(s->st_info) == STT_FUNC && address > s->st_value &&
            address <= s->st_value + s->st_size)
            return tables[plugin].names + s->st_name;
    }
    return "";
}
