/*
 * cpu_time ROUNDS COMMAND [, COMMAND]...: runs each command once a round, one after the other, and
 * prints a line for each: the median CPU time and the median wall time of one run in microseconds,
 * the peak memory in KiB and the exit status. Commands are separated by a lone comma; their output
 * goes to a file, for grep does less where it sees /dev/null. Interleaved, so that a noisy machine
 * is noisy to all of them. The peak is never less than what this program itself takes, which is
 * what an empty one takes.
 */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct command {
    char **words;
    double *cpu, *wall; /* microseconds, one a round */
    long peak;          /* KiB */
    int status;
};

static double microseconds(struct timeval time)
{
    return (double)time.tv_sec * 1e6 + (double)time.tv_usec;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static void fail(const struct command *command, const char *why)
{
    fprintf(stderr, "cpu_time: %s: %s\n", command->words[0], why);
    exit(1);
}

/* Run it once; a command that ends now one way and now another would measure nothing. */
static void run(struct command *command, int round, FILE *output)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fileno(output), STDOUT_FILENO);
    double start = now();
    pid_t pid;
    if (posix_spawnp(&pid, command->words[0], &actions, NULL, command->words, environ) != 0)
        fail(command, "cannot be run");
    struct rusage usage;
    int status;
    wait4(pid, &status, 0, &usage);
    command->wall[round] = now() - start;
    command->cpu[round] = microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
    if (ftruncate(fileno(output), 0) != 0 || lseek(fileno(output), 0, SEEK_SET) != 0)
        fail(command, "its output cannot be thrown away");
    command->peak = usage.ru_maxrss;
    if (!WIFEXITED(status) || (round > 0 && WEXITSTATUS(status) != command->status))
        fail(command, "died, or ended otherwise than before");
    command->status = WEXITSTATUS(status);
    posix_spawn_file_actions_destroy(&actions);
}

static int compare(const void *a, const void *b)
{
    double one = *(const double *)a, other = *(const double *)b;
    return (one > other) - (one < other);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, compare);
    return values[count / 2];
}

/* Cut the words at lone commas. Returns how many commands that makes. */
static int split(char *words[], struct command *ret, int rounds)
{
    int count = 0;
    while (*words) {
        ret[count].words = words;
        ret[count].cpu = calloc((size_t)rounds, sizeof(double));
        ret[count].wall = calloc((size_t)rounds, sizeof(double));
        count++;
        while (*words && strcmp(*words, ",") != 0)
            words++;
        if (*words)
            *words++ = NULL;
    }
    return count;
}

int main(int argc, char *argv[])
{
    int rounds = argc > 2 ? atoi(argv[1]) : 0;
    if (rounds <= 0) {
        fprintf(stderr, "usage: cpu_time ROUNDS COMMAND [, COMMAND]...\n");
        return 1;
    }
    struct command *commands = calloc((size_t)argc, sizeof *commands);
    int count = split(argv + 2, commands, rounds);
    FILE *output = tmpfile();
    if (!commands || !output) {
        perror("cpu_time");
        return 1;
    }
    for (int round = 0; round < rounds; round++)
        for (int i = 0; i < count; i++)
            run(&commands[i], round, output);
    for (int i = 0; i < count; i++) {
        struct command *command = &commands[i];
        printf("%.0f %.0f %ld %d\n", median(command->cpu, rounds), median(command->wall, rounds),
               command->peak, command->status);
        free(command->cpu);
        free(command->wall);
    }
    fclose(output);
    free(commands);
    return 0;
}
