// Goes through a message's headers in the order in which they came (RFC 3261 section 7.3), and
// refuses what sofia-sip lets through: malformed or repeated headers that we act on, and numbers
// that overflow.
#include "reference_impl/wire/sip_syntax.hh"
#include "reference_impl/wire/sip_values.hh"
#include "reference_impl/wire/text.hh"

#include <sofia-sip/msg.h>
#include <sofia-sip/msg_header.h>
#include <sofia-sip/sip.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_protos.h>

#include <algorithm>

namespace twinline::wire {

namespace {

constexpr std::uint32_t largest_cseq = 0x7fffffff;  // RFC 3261 section 8.1.1.5

using Classes = std::initializer_list<const msg_hclass_t*>;

bool is_any_of(const msg_hclass_t* what, Classes classes) {
    return std::ranges::find(classes, what) != classes.end();
}

// The headers that have a member of their own in SipMessage.
const Classes lists{
    sip_via_class,          sip_contact_class,          sip_route_class,
    sip_record_route_class, sip_www_authenticate_class, sip_proxy_authenticate_class};
const Classes singles{sip_from_class,          sip_to_class,           sip_call_id_class,
                      sip_cseq_class,          sip_max_forwards_class, sip_expires_class,
                      sip_min_expires_class,   sip_retry_after_class,  sip_content_type_class,
                      sip_content_length_class};

bool is_modelled(std::string_view name) {
    const auto named = [&](const msg_hclass_t* type) { return type->hc_name == name; };
    return std::ranges::any_of(lists, named) || std::ranges::any_of(singles, named);
}

class Walk {
  public:
    Walk(const sip_t& sip, const char* base, SipMessage& message, Refusal& refusal)
        : sip_(sip), base_(base), message_(message), refusal_(refusal) {}

    void take(const msg_header_t& header);

  private:
    void take_malformed(const msg_header_t& header);
    void take_single(const msg_header_t& header);
    void take_number(const msg_header_t& header, std::optional<std::uint32_t>& number);
    void check_cseq(const msg_header_t& header);
    void refuse(const msg_header_t& header, std::string reason) {
        const auto* where = static_cast<const char*>(header.sh_data);
        refusal_.refuse(static_cast<std::size_t>(where - base_), std::move(reason));
    }

    const sip_t& sip_;
    const char* base_;
    SipMessage& message_;
    Refusal& refusal_;
    std::vector<const msg_hclass_t*> seen_;
};

std::string_view value_of(const msg_header_t& header) {
    const std::string_view line(static_cast<const char*>(header.sh_data), header.sh_len);
    return trim(line.substr(std::min(line.find(':') + 1, line.size())));
}

void Walk::take(const msg_header_t& header) {
    const auto* const type = header.sh_class;
    if (type == sip_error_class) return take_malformed(header);
    if (is_any_of(type, singles)) return take_single(header);
    if (is_any_of(type, lists)) return;
    const auto* name = type == sip_unknown_class ? header.sh_unknown->un_name : type->hc_name;
    message_.other.push_back({name, std::string(value_of(header))});
}

// One that we do not act on is kept as text.
void Walk::take_malformed(const msg_header_t& header) {
    const std::string name = header.sh_error->er_name ? header.sh_error->er_name : "";
    if (name.empty()) return refuse(header, "malformed header line");
    if (is_modelled(name)) return refuse(header, "malformed " + name);
    message_.other.push_back({name, std::string(value_of(header))});
}

void Walk::take_single(const msg_header_t& header) {
    const auto* const type = header.sh_class;
    if (std::ranges::find(seen_, type) != seen_.end()) {
        return refuse(header, std::string("repeated ") + type->hc_name);
    }
    seen_.push_back(type);
    std::optional<std::uint32_t> length;
    if (type == sip_cseq_class) check_cseq(header);
    if (type == sip_max_forwards_class) take_number(header, message_.max_forwards);
    if (type == sip_expires_class) take_number(header, message_.expires);
    if (type == sip_min_expires_class) take_number(header, message_.min_expires);
    if (type == sip_retry_after_class) take_number(header, message_.retry_after);
    if (type == sip_content_length_class) take_number(header, length);
    if (type == sip_content_type_class) message_.content_type = value_of(header);
}

// sofia-sip clips what overflows and takes a date for Expires; Retry-After may go on with a comment
// and parameters.
void Walk::take_number(const msg_header_t& header, std::optional<std::uint32_t>& number) {
    auto text = value_of(header);
    if (header.sh_class == sip_retry_after_class) text = text.substr(0, text.find_first_of("(;"));
    number = parse_number(trim(text));
    if (!number) refuse(header, std::string("malformed ") + header.sh_class->hc_name);
}

void Walk::check_cseq(const msg_header_t& header) {
    const auto text = value_of(header);
    const auto space = std::min(text.find_first_of(" \t"), text.size());
    const auto number = parse_number(text.substr(0, space));
    if (!number || *number > largest_cseq) refuse(header, "CSeq number is not 0 to 2147483647");
    if (!is_token(trim(text.substr(space)))) refuse(header, "malformed CSeq");
    const std::string_view method = sip_.sip_cseq->cs_method_name;
    if (sip_.sip_request && method != sip_.sip_request->rq_method_name) {
        refuse(header, "CSeq method is not the request's");
    }
}

}  // namespace

void copy_headers(const msg_s& parsed, const char* base, SipMessage& message, Refusal& refusal) {
    const auto* sip = reinterpret_cast<const sip_t*>(msg_object(&parsed));
    Walk walk(*sip, base, message, refusal);
    for (const auto* header = *msg_chain_head(&parsed); header; header = header->sh_succ) {
        // The second and later values of one line carry no text of their own.
        const bool has_text = header->sh_len > 0;
        const bool frame = is_any_of(header->sh_class, {sip_request_class, sip_status_class,
                                                        sip_separator_class, sip_payload_class});
        if (has_text && !frame) walk.take(*header);
    }
}

}  // namespace twinline::wire
