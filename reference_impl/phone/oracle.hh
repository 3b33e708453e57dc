// Who answers the phone where no clause does: `reading` where a document is open (the same answer
// all its life), `choice` where the phone is free. The seeded oracle serves lab and virtual time;
// the shadow adopts a device's choices.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::phone {

class Oracle;

// An open question, whose answer can only be compared. So it is known what a phone tells apart:
// two answers that it never does are one and the same to it.
class Reading {
  public:
    Reading(Oracle& oracle, std::string_view id) : oracle_(oracle), id_(id) {}

    bool operator==(std::string_view answer) const;

  private:
    Oracle& oracle_;
    std::string_view id_;
};

class Oracle {
  public:
    virtual ~Oracle() = default;

    // The open question of this id in the readings file; `id` must outlive the value.
    Reading reading(std::string_view id) { return {*this, id}; }
    // Whether the answer to the question is this one.
    virtual bool is(std::string_view id, std::string_view answer) = 0;
    // A number in [low, high], both included. `id` says what it is for: "refresh-permille",
    // "srv-weight" ...
    virtual std::uint64_t choice(std::string_view id, std::uint64_t low, std::uint64_t high) = 0;
};

inline bool Reading::operator==(std::string_view answer) const { return oracle_.is(id_, answer); }

class SeededOracle : public Oracle {
  public:
    struct Asked {
        std::string id;
        std::string is;      // the answer that was asked for
        std::string answer;  // the answer there is; empty: none was given
    };

    explicit SeededOracle(std::uint64_t seed,
                          std::map<std::string, std::string, std::less<>> readings = {});

    bool is(std::string_view id, std::string_view answer) override;
    std::uint64_t choice(std::string_view id, std::uint64_t low, std::uint64_t high) override;
    // What was asked so far, each once, in its order.
    const std::vector<Asked>& asked() const { return asked_; }

  private:
    std::mt19937_64 random_;
    std::map<std::string, std::string, std::less<>> readings_;
    std::vector<Asked> asked_;
};

}  // namespace twinline::phone
