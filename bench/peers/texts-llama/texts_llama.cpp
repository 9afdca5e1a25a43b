// What llama.cpp makes of texts: vectors of an encoder, scores of a reranker, log-likelihoods of an encoder-decoder's answers.
// usage: texts-llama MODEL.gguf LINES
//   encoder-only model, a text a line: prints "ids ...", then "vector ..." scaled to length 1 (a reranker: its raw scores)
//   encoder-decoder, a source, a tab and an answer a line: prints "ids ..." of the source, then "nll SUM TOKENS" of the answer
#include "llama.h"

#include <cmath>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

static std::vector<llama_token> tokenize(const llama_vocab * vocab, const std::string & text) {
    std::vector<llama_token> tokens(text.size() + 16);
    const int count = llama_tokenize(vocab, text.data(), (int32_t) text.size(), tokens.data(), (int32_t) tokens.size(), true, false);
    tokens.resize(count < 0 ? 0 : count);
    return tokens;
}

static llama_context * open_context(llama_model * model, bool embeds) {
    llama_context_params params = llama_context_default_params();
    params.n_ctx = params.n_batch = params.n_ubatch = 512;
    params.n_threads = params.n_threads_batch = 2;
    params.embeddings = embeds;
    params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
    params.type_k = params.type_v = GGML_TYPE_F32;
    return llama_init_from_model(model, params);
}

static void print_ids(const std::vector<llama_token> & tokens) {
    printf("ids");
    for (llama_token token : tokens) {
        printf(" %d", token);
    }
    printf("\n");
}

static bool embed(llama_model * model, const std::string & line) {
    auto tokens = tokenize(llama_model_get_vocab(model), line);
    llama_context * context = open_context(model, true);
    const bool ranks = llama_pooling_type(context) == LLAMA_POOLING_TYPE_RANK;
    if (llama_decode(context, llama_batch_get_one(tokens.data(), (int32_t) tokens.size())) != 0) {
        return false;
    }
    const float * vector = llama_get_embeddings_seq(context, 0);
    if (vector == nullptr) {
        return false;
    }
    const int width = ranks ? (int) llama_model_n_cls_out(model) : llama_model_n_embd(model);
    double squares = 0;
    for (int i = 0; i < width; i++) {
        squares += (double) vector[i] * vector[i];
    }
    print_ids(tokens);
    printf("vector");
    for (int i = 0; i < width; i++) {
        printf(" %.8g", ranks ? vector[i] : vector[i] / std::sqrt(squares));
    }
    printf("\n");
    llama_free(context);
    return true;
}

static bool answer(llama_model * model, const std::string & line) {
    const llama_vocab * vocab = llama_model_get_vocab(model);
    const size_t tab = line.find('\t');
    if (tab == std::string::npos) {
        return false;
    }
    auto source = tokenize(vocab, line.substr(0, tab));
    auto target = tokenize(vocab, line.substr(tab + 1));
    llama_context * context = open_context(model, false);
    if (llama_encode(context, llama_batch_get_one(source.data(), (int32_t) source.size())) != 0) {
        return false;
    }
    llama_batch batch = llama_batch_init((int32_t) target.size(), 0, 1);
    batch.n_tokens = (int32_t) target.size();
    for (int i = 0; i < batch.n_tokens; i++) {
        batch.token[i] = i == 0 ? llama_model_decoder_start_token(model) : target[i - 1];
        batch.pos[i] = i;
        batch.n_seq_id[i] = 1;
        batch.seq_id[i][0] = 0;
        batch.logits[i] = true;
    }
    if (llama_decode(context, batch) != 0) {
        return false;
    }
    const int width = llama_vocab_n_tokens(vocab);
    double total = 0;
    for (int i = 0; i < batch.n_tokens; i++) {
        const float * logits = llama_get_logits_ith(context, i);
        double largest = -INFINITY, sum = 0;
        for (int id = 0; id < width; id++) {
            largest = std::fmax(largest, logits[id]);
        }
        for (int id = 0; id < width; id++) {
            sum += std::exp(logits[id] - largest);
        }
        total += largest + std::log(sum) - logits[target[i]];
    }
    print_ids(source);
    printf("nll %.9g %d\n", total, batch.n_tokens);
    llama_batch_free(batch);
    llama_free(context);
    return true;
}

int main(int argc, char ** argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: %s MODEL.gguf LINES\n", argv[0]);
        return 2;
    }
    llama_log_set([](ggml_log_level level, const char * text, void *) { if (level == GGML_LOG_LEVEL_ERROR) { fputs(text, stderr); } }, nullptr);
    llama_backend_init();
    llama_model * model = llama_model_load_from_file(argv[1], llama_model_default_params());
    if (model == nullptr) {
        fprintf(stderr, "cannot load '%s'\n", argv[1]);
        return 1;
    }
    std::ifstream file(argv[2]);
    std::string line;
    for (int number = 1; std::getline(file, line); number++) {
        if (!(llama_model_has_encoder(model) ? answer(model, line) : embed(model, line))) {
            fprintf(stderr, "line %d cannot be run\n", number);
            return 1;
        }
    }
    llama_model_free(model);
    return 0;
}
