// Tokenizes a text several times with llama.cpp and prints the seconds of each round.
// A text with zero bytes is several texts, each tokenized on its own.
// usage: tokenize-llama VOCABULARY.gguf TEXT ROUNDS
// output: one line "tokens N", then one line "seconds S" a round (processor time of this thread, one thread only).
#include "llama.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

static double now() {
    timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

int main(int argc, char ** argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: %s VOCABULARY.gguf TEXT ROUNDS\n", argv[0]);
        return 2;
    }

    llama_log_set([](ggml_log_level, const char *, void *) {}, nullptr);
    llama_backend_init();
    llama_model_params params = llama_model_default_params();
    params.vocab_only = true;
    llama_model * model = llama_model_load_from_file(argv[1], params);
    if (model == nullptr) {
        fprintf(stderr, "cannot load '%s'\n", argv[1]);
        return 1;
    }

    std::ifstream file(argv[2], std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    const llama_vocab * vocab = llama_model_get_vocab(model);
    std::vector<llama_token> tokens(text.size() + 16);
    int count = 0;
    std::vector<double> seconds;
    for (int round = 0; round < atoi(argv[3]); round++) {
        const double start = now();
        count = 0;
        for (size_t from = 0; from < text.size();) {
            const size_t to = std::min(text.find('\0', from), text.size());
            const int added = llama_tokenize(vocab, text.data() + from, (int32_t) (to - from), tokens.data() + count, (int32_t) tokens.size() - count, false, false);
            if (added < 0) {
                fprintf(stderr, "no room for the tokens\n");
                return 1;
            }

            count += added;
            from = to + 1;
        }

        seconds.push_back(now() - start);
    }

    unsigned long long hash = 14695981039346656037ULL;
    for (int i = 0; i < count; i++) {
        hash = (hash ^ (unsigned) tokens[i]) * 1099511628211ULL;
    }

    printf("tokens %d\nhash %016llx\n", count, hash);
    for (double second : seconds) {
        printf("seconds %.6f\n", second);
    }

    llama_model_free(model);
    return 0;
}
