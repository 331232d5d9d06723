/*
 * Measures how long programs take from their start to their end, each call from a client process of its own, in turns:
 * every round runs all of them, in an order of its own.
 *
 * timer PLAN WARM_UPS ROUNDS CLIENTS EVERY_MS
 *
 * PLAN is a file of lines: "program PATH" begins a contestant, "word TEXT" is one of its arguments, "env NAME=VALUE"
 * a variable that its client itself does not have, as kubectl adds one for a plugin. A call is CLIENTS clients at
 * once, each of which starts the program one time; it lasts from the first start to the last end. A call begins
 * EVERY_MS after the one before at the earliest. stdout: a JSON list for each contestant, of
 * [start, end, peak]: milliseconds of CLOCK_MONOTONIC, and KiB of the largest process of the call at its largest
 * (ru_maxrss).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { most_programs = 16, most_words = 64, most_variables = 512, most_clients = 256 };

/* Nanoseconds of CLOCK_MONOTONIC, and KiB. */
struct span { long long started, ended; long peak; };

struct contestant {
  char *words[most_words + 1];
  char *environment[most_variables + 1];
  int word_count, variable_count;
  struct span *spans;
};

/* What a client tells; the status is that of wait4. */
struct call { struct span span; int status; };

static struct contestant contestants[most_programs];
static int contestant_count;
static struct call *calls;

static void fail(const char *what, const char *which) {
  fprintf(stderr, "timer: %s %s: %s\n", what, which, strerror(errno));
  exit(1);
}

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void add(char **list, int *count, int most, char *text) {
  if (*count >= most) errno = E2BIG, fail("reading", text);
  list[(*count)++] = text;
}

/* The client's own variables first: kubectl appends. */
static struct contestant *begin_contestant(void) {
  if (contestant_count == most_programs) errno = E2BIG, fail("reading", "the plan");
  struct contestant *one = &contestants[contestant_count++];
  for (char **each = environ; *each; each++)
    add(one->environment, &one->variable_count, most_variables, *each);
  return one;
}

static void read_plan(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) fail("opening", path);
  struct contestant *one = NULL;
  char *line = NULL;
  size_t room = 0;
  for (ssize_t size; (size = getline(&line, &room, file)) > 0; line = NULL, room = 0) {
    if (line[size - 1] == '\n') line[size - 1] = 0;
    char *text = strchr(line, ' ');
    if (!text) continue;
    *text++ = 0;
    if (!strcmp(line, "program")) one = begin_contestant();
    if (!one) continue;
    if (!strcmp(line, "env"))
      add(one->environment, &one->variable_count, most_variables, text);
    else
      add(one->words, &one->word_count, most_words, text);
  }
  fclose(file);
}

/* The client: waits until all are there, then runs its one program. */
static void be_client(const struct contestant *one, struct call *call, int start) {
  char nothing;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (read(start, &nothing, 1) != 0) _exit(1);
  pid_t program;
  call->span.started = now();
  errno = posix_spawn(&program, one->words[0], NULL, NULL, one->words, one->environment);
  if (errno) fail("starting", one->words[0]);
  struct rusage used;
  while (wait4(program, &call->status, 0, &used) < 0)
    if (errno != EINTR) _exit(1);
  call->span.ended = now();
  call->span.peak = used.ru_maxrss;
  _exit(0);
}

static struct span run(const struct contestant *one, int clients) {
  int start[2];
  if (pipe2(start, O_CLOEXEC)) fail("making", "a pipe");
  memset(calls, 0xff, sizeof(struct call) * clients);
  for (int i = 0; i < clients; i++) {
    pid_t client = fork();
    if (client < 0) fail("starting", "a client");
    if (client == 0) {
      close(start[1]);
      be_client(one, &calls[i], start[0]);
    }
  }
  /* They shall all wait in the pipe by now: forking is not what is measured. */
  if (clients > 1) usleep(20000);
  close(start[1]);
  close(start[0]);
  for (int i = 0; i < clients; i++)
    if (wait(NULL) < 0) fail("waiting for", "a client");
  struct span all = calls[0].span;
  for (int i = 0; i < clients; i++) {
    if (calls[i].status != 0) {
      fprintf(stderr, "timer: %s %s ended with the wait status %d\n", one->words[0], one->words[1] ? one->words[1] : "",
              calls[i].status);
      exit(1);
    }
    if (calls[i].span.started < all.started) all.started = calls[i].span.started;
    if (calls[i].span.ended > all.ended) all.ended = calls[i].span.ended;
    if (calls[i].span.peak > all.peak) all.peak = calls[i].span.peak;
  }
  return all;
}

/* A new order for each round: a small program right behind a large one finds cold caches, and must not always be the same one. */
static void shuffle(int *order) {
  for (int i = contestant_count - 1; i > 0; i--) {
    int other = random() % (i + 1), kept = order[i];
    order[i] = order[other];
    order[other] = kept;
  }
}

static void wait_until(long long time) {
  struct timespec until = {time / 1000000000LL, time % 1000000000LL};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
    ;
}

static void print(FILE *output, int rounds) {
  for (int i = 0; i < contestant_count; i++) {
    fputs(i ? ",\n [" : "[[", output);
    for (int round = 0; round < rounds; round++) {
      struct span *one = &contestants[i].spans[round];
      fprintf(output, "%s[%.4f,%.4f,%ld]", round ? "," : "", one->started / 1e6, one->ended / 1e6, one->peak);
    }
    fputs("]", output);
  }
  fputs("]\n", output);
}

int main(int argc, char **argv) {
  if (argc != 6) {
    fputs("usage: timer PLAN WARM_UPS ROUNDS CLIENTS EVERY_MS\n", stderr);
    return 2;
  }
  int warm_ups = atoi(argv[2]), rounds = atoi(argv[3]), clients = atoi(argv[4]), every_ms = atoi(argv[5]);
  if (rounds < 1 || clients < 1 || clients > most_clients) return 2;
  read_plan(argv[1]);
  for (int i = 0; i < contestant_count; i++) contestants[i].spans = calloc(rounds, sizeof(struct span));
  calls = mmap(NULL, sizeof(struct call) * most_clients, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (calls == MAP_FAILED) fail("sharing", "memory");
  /* The programs read and write nothing; what they say on stderr is for who watches. */
  FILE *output = fdopen(fcntl(1, F_DUPFD_CLOEXEC, 3), "w");
  int nowhere = open("/dev/null", O_RDWR);
  if (!output || nowhere < 0 || dup2(nowhere, 0) < 0 || dup2(nowhere, 1) < 0) fail("opening", "/dev/null");
  close(nowhere);
  int order[most_programs];
  for (int i = 0; i < contestant_count; i++) order[i] = i;
  long long next = now();
  for (int round = -warm_ups; round < rounds; round++) {
    shuffle(order);
    for (int i = 0; i < contestant_count; i++) {
      wait_until(next);
      next = now() + every_ms * 1000000LL;
      struct span one = run(&contestants[order[i]], clients);
      if (round >= 0) contestants[order[i]].spans[round] = one;
    }
  }
  print(output, rounds);
  return 0;
}
