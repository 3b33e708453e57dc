// Reads a SIP message with sofia-sip's message layer (RFC 3261 section 7): frames it, has it
// parsed, and says which mandatory header is missing.
#include "reference_impl/wire/ensure.hh"
#include "reference_impl/wire/sip_message.hh"
#include "reference_impl/wire/sip_values.hh"

#include <sofia-sip/msg.h>
#include <sofia-sip/msg_buffer.h>
#include <sofia-sip/sip.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_protos.h>
#include <sofia-sip/sip_util.h>

#include <algorithm>
#include <memory>

namespace twinline::wire {

namespace {

constexpr std::size_t largest = 65535;

struct Destroy {
    void operator()(msg_t* message) const { msg_destroy(message); }
};

class SipReader {
  public:
    explicit SipReader(std::string_view bytes) : size_(bytes.size()), buffer_(bytes) {}

    Parsed<SipMessage> read();

  private:
    void prepare();
    void unfold(std::size_t end);
    void extract();
    void explain_failure();
    void check_length();
    void check_mandatory();

    bool refused() const { return refusal_.first().has_value(); }
    std::size_t offset_of(const sip_common_t& header) const {
        return static_cast<std::size_t>(static_cast<const char*>(header.h_data) - buffer_.data());
    }

    std::size_t size_;
    std::size_t start_ = 0;  // of the start line
    std::string buffer_;     // a copy: sofia-sip needs a final NUL, and unfolding changes it
    std::unique_ptr<msg_t, Destroy> parsed_;
    const sip_t* sip_ = nullptr;
    SipMessage message_;
    Refusal refusal_;
};

// Line ends before the message are skipped (RFC 3261 section 7.5).
void SipReader::prepare() {
    start_ = std::min(buffer_.find_first_not_of("\r\n"), size_);
    if (start_ == size_) return refusal_.refuse(0, "no message");
    if (buffer_[start_] == ' ' || buffer_[start_] == '\t') {
        return refusal_.refuse(start_, "white space before the start line");
    }
    const auto empty_line = buffer_.find("\r\n\r\n", start_);
    if (empty_line == std::string::npos) {
        return refusal_.refuse(size_, "no empty line after the headers");
    }
    unfold(empty_line);
}

// Folded lines become one (RFC 3261 section 7.3.1); every octet keeps its place. sofia-sip would
// take a lone CR or LF for a line end.
void SipReader::unfold(std::size_t end) {
    for (std::size_t i = start_; i < end; ++i) {
        const char c = buffer_[i];
        if (c == '\0') return refusal_.refuse(i, "NUL in a header");
        if (c != '\r' && c != '\n') continue;
        if (c == '\n' || buffer_[i + 1] != '\n') return refusal_.refuse(i, "CR or LF alone");
        const char next = buffer_[i + 2];
        if (next == ' ' || next == '\t') buffer_.replace(i, 2, 2, ' ');
        ++i;
    }
}

void SipReader::extract() {
    buffer_.push_back('\0');
    const auto length = static_cast<usize_t>(size_ - start_);
    parsed_.reset(msg_create(sip_default_mclass(), MSG_DO_EXTRACT_COPY));
    ensure(parsed_ != nullptr, "sofia-sip makes a message");
    msg_buf_set(parsed_.get(), buffer_.data() + start_, length + 1);
    msg_buf_commit(parsed_.get(), length, 1);
    const int outcome = msg_extract(parsed_.get());
    sip_ = sip_object(parsed_.get());
    if (outcome <= 0 || !msg_is_complete(parsed_.get()) || msg_has_error(parsed_.get())) {
        explain_failure();
    }
}

void SipReader::explain_failure() {
    if (!sip_->sip_request && !sip_->sip_status) {
        return refusal_.refuse(start_, "malformed start line");
    }
    check_length();
    copy_headers(*parsed_, buffer_.data(), message_, refusal_);
    refusal_.refuse(size_, "incomplete message");
}

// sofia-sip takes an empty body for any Content-Length.
void SipReader::check_length() {
    const auto* length = sip_->sip_content_length;
    const bool cut = (sip_->sip_flags & MSG_FLG_TRUNC) != 0 || !sip_->sip_payload;
    if (length && length->l_length > 0 && cut) {
        refusal_.refuse(offset_of(length->l_common[0]), "Content-Length is larger than the rest");
    }
}

void SipReader::check_mandatory() {
    const auto* separator = sip_->sip_separator;
    const auto end = separator ? offset_of(separator->sep_common[0]) : size_;
    const auto require = [&](const void* present, const char* name) {
        if (!present) refusal_.refuse(end, std::string("no ") + name);
    };
    require(sip_->sip_via, "Via");
    require(sip_->sip_from, "From");
    require(sip_->sip_to, "To");
    require(sip_->sip_call_id, "Call-ID");
    require(sip_->sip_cseq, "CSeq");
    check_length();
    if (sip_sanity_check(sip_) < 0) refusal_.refuse(start_, "malformed Request-URI");
}

Parsed<SipMessage> SipReader::read() {
    prepare();
    if (!refused()) extract();
    if (!refused()) copy_headers(*parsed_, buffer_.data(), message_, refusal_);
    if (!refused()) check_mandatory();
    if (!refused()) copy_values(*sip_, buffer_.data(), message_, refusal_);
    if (refused()) return tl::unexpected(*refusal_.first());
    return std::move(message_);
}

}  // namespace

Parsed<SipMessage> parse_sip(std::string_view bytes) {
    if (bytes.size() > largest) {
        return tl::unexpected(ParseError{largest, "longer than 65535 octets"});
    }
    return SipReader(bytes).read();
}

}  // namespace twinline::wire
