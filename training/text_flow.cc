// Writes out the word pairs of libime's language model (KenLM, a trie that cannot be listed from
// Python). With the source of the package kenlm 0.3.0 in K, and vocab.txt made by text_flow.py:
//   g++ -O1 -DKENLM_MAX_ORDER=6 -IK -fno-access-control text_flow.cc K/lm/*.cc K/util/*.cc \
//       K/util/double-conversion/*.cc -o text_flow -lpthread   (without their mains and tests)
//   ./text_flow /usr/lib/x86_64-linux-gnu/libime/zh_CN.lm
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "lm/model.hh"
#include "util/bit_packing.hh"

int main(int, char **argument) {
  using namespace lm::ngram;
  Config config;
  QuantArrayTrieModel model(argument[1], config);
  const auto &known = model.GetVocabulary();
  std::ifstream vocabulary("vocab.txt");
  std::vector<lm::WordIndex> words;
  std::vector<int> row(known.Bound() + 1, -1);
  for (std::string word; std::getline(vocabulary, word);) {
    words.push_back(known.Index(word));
    if (words.back()) row[words.back()] = words.size() - 1;
  }
  FILE *alone = fopen("uni.bin", "wb"), *pairs = fopen("bi.bin", "wb");
  auto &search = model.search_;
  auto &middle = search.middle_begin_[0];
  for (size_t at = 0; at < words.size(); at++) {
    float numbers[2] = {-9, 0};
    if (words[at]) {
      const auto &weights = search.unigram_.unigram_[words[at]].weights;
      numbers[0] = weights.prob;
      numbers[1] = weights.backoff;
    }
    fwrite(numbers, 4, 2, alone);
    if (!words[at]) continue;
    trie::NodeRange range;
    search.unigram_.Find(words[at], range);
    // The trie goes from the last word backwards: what it holds here are the words before.
    for (uint64_t p = range.begin; p < range.end; p++) {
      uint64_t before = util::ReadInt57(middle.base_, p * middle.total_bits_, middle.word_bits_,
                                        middle.word_mask_);
      if (before > known.Bound() || row[before] < 0) continue;
      State none = model.NullContextState(), first, second;
      model.FullScore(none, before, first);
      float chance = model.FullScore(first, words[at], second).prob;
      uint32_t key[2] = {(uint32_t)row[before], (uint32_t)at};
      fwrite(key, 4, 2, pairs);
      fwrite(&chance, 4, 1, pairs);
    }
  }
  fclose(alone);
  fclose(pairs);
}
