// The phone with what is wrong with it around it: the same sans-IO interface as phone::Phone, and
// without a defect nothing but that phone.
#pragma once

#include "reference_impl/mutants/defect.hh"
#include "reference_impl/phone/phone.hh"

#include <deque>
#include <memory>

namespace twinline::mutants {

class MutantPhone {
  public:
    // `oracle` must outlive the phone.
    MutantPhone(config::PhoneConfig config, const Defect& defect, phone::Oracle& oracle);

    void handle(wire::Instant now, const phone::Input& input);
    void handle_timeout(wire::Instant now);
    std::optional<phone::Output> poll_output();
    std::optional<wire::Instant> poll_timeout() const;

  private:
    template <typename Message>
    struct Waiting {
        wire::Instant due;
        Message message;
    };

    void hear(wire::Instant now, phone::Input input);

    Defect defect_;
    std::unique_ptr<phone::Oracle> oracle_;  // which answers the defect's readings
    phone::Phone phone_;
    Memory memory_;
    std::deque<Waiting<phone::Input>> heard_later_;
    std::deque<Waiting<phone::Output>> sent_later_;
};

}  // namespace twinline::mutants
