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
    const Elf64_Sym *functions[8192]; /* by address */
    size_t function_count;
} tables[2];

static int compare(const void *a, const void *b)
{
    const Elf64_Sym *one = *(const Elf64_Sym *const *)a, *other = *(const Elf64_Sym *const *)b;
    return (one->st_value > other->st_value) - (one->st_value < other->st_value);
}

static void sort_functions(enum plugin plugin)
{
    for (size_t i = 0; i < tables[plugin].count && tables[plugin].function_count < 8192; i++)
        if (ELF64_ST_TYPE(tables[plugin].symbols[i].st_info) == STT_FUNC)
            tables[plugin].functions[tables[plugin].function_count++] = &tables[plugin].symbols[i];
    qsort(tables[plugin].functions, tables[plugin].function_count, sizeof(Elf64_Sym *), compare);
}

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
    sort_functions(plugin);
    return tables[plugin].function_count > 0;
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
    size_t from = 0, to = tables[plugin].function_count;
    while (from < to) { /* to the first one that ends at the address or behind it */
        size_t middle = (from + to) / 2;
        const Elf64_Sym *s = tables[plugin].functions[middle];
        if (s->st_value + s->st_size < address)
            from = middle + 1;
        else
            to = middle;
    }
    if (from == tables[plugin].function_count ||
        address <= tables[plugin].functions[from]->st_value)
        return "";
    return tables[plugin].names + tables[plugin].functions[from]->st_name;
}
