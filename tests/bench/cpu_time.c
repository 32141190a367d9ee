/*
 * cpu_time ROUNDS COMMAND...: runs each command once a round, one after the other, and prints for
 * each the median CPU time, the median wall time and the peak memory of one run, and the CPU time
 * as a multiple of the first command's. A command is split at blanks; its output is thrown away.
 * Interleaved, so that a noisy machine is noisy to all of them.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WORDS_MAX 64

struct sample {
    double *cpu, *wall; /* microseconds, one a round */
    long peak;          /* KiB */
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

static void run(const char *command, struct sample *sample, int round)
{
    char *words[WORDS_MAX + 1], *copy = strdup(command), *rest = NULL;
    size_t count = 0;
    for (char *word = strtok_r(copy, " ", &rest); word && count < WORDS_MAX;
         word = strtok_r(NULL, " ", &rest))
        words[count++] = word;
    words[count] = NULL;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    double start = now();
    pid_t pid;
    if (count == 0 || posix_spawn(&pid, words[0], &actions, NULL, words, environ) != 0) {
        fprintf(stderr, "cannot run %s\n", command);
        exit(1);
    }
    struct rusage usage;
    int status;
    wait4(pid, &status, 0, &usage);
    sample->wall[round] = now() - start;
    sample->cpu[round] = microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
    sample->peak = usage.ru_maxrss;
    posix_spawn_file_actions_destroy(&actions);
    free(copy);
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

int main(int argc, char *argv[])
{
    int rounds = argc > 2 ? atoi(argv[1]) : 0, commands = argc - 2;
    if (rounds <= 0) {
        fprintf(stderr, "usage: cpu_time ROUNDS COMMAND...\n");
        return 1;
    }
    struct sample *samples = calloc((size_t)commands, sizeof *samples);
    for (int i = 0; i < commands; i++) {
        samples[i].cpu = calloc((size_t)rounds, sizeof(double));
        samples[i].wall = calloc((size_t)rounds, sizeof(double));
    }
    for (int round = 0; round < rounds; round++)
        for (int i = 0; i < commands; i++)
            run(argv[i + 2], &samples[i], round);
    printf("   CPU us   wall us  peak KiB  x CPU\n");
    double first = 0;
    for (int i = 0; i < commands; i++) {
        double cpu = median(samples[i].cpu, rounds);
        first = i == 0 ? cpu : first;
        printf("%9.0f %9.0f %9ld %6.2f  %s\n", cpu, median(samples[i].wall, rounds),
               samples[i].peak, cpu / first, argv[i + 2]);
        free(samples[i].cpu);
        free(samples[i].wall);
    }
    free(samples);
    return 0;
}
