// Writes pcapng; see pcapng_writer.hh. In little-endian order, whatever the machine.
#include "probes/capture/pcapng_writer.hh"

#include "probes/capture/pcapng.hh"

#include <cerrno>
#include <limits>
#include <stdexcept>
#include <system_error>

namespace twinline::capture {

namespace {

using namespace pcapng;

constexpr std::uint8_t nanoseconds = 9;  // if_tsresol: 10^-9

template <typename Number>
void put(std::string& body, Number number) {
    for (std::size_t octet = 0; octet < sizeof number; ++octet) {
        body += static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * octet) & 0xffU);
    }
}

void put_padded(std::string& body, std::string_view octets) {
    body.append(octets).append(padded(octets.size()) - octets.size(), '\0');
}

void put_option(std::string& body, std::uint16_t code, std::string_view value) {
    // An option's length has 16 bits: a longer comment is cut.
    value = value.substr(0, std::numeric_limits<std::uint16_t>::max());
    put(body, code);
    put(body, static_cast<std::uint16_t>(value.size()));
    put_padded(body, value);
}

void put_count(std::string& body, std::uint16_t code, std::uint64_t count) {
    std::string value;
    put(value, count);
    put_option(body, code, value);
}

void put_stamp(std::string& body, std::uint64_t stamp) {
    put(body, static_cast<std::uint32_t>(stamp >> 32U));
    put(body, static_cast<std::uint32_t>(stamp));
}

}  // namespace

PcapngWriter::PcapngWriter(const std::string& path, std::string_view interface,
                           timeline::LinkType link, Origin origin)
    : path_(path), origin_(origin), link_(link), file_(std::fopen(path.c_str(), "wbe")) {
    if (!file_) {
        fail("open");
    }
    put(body_, byte_order_magic);
    put(body_, std::uint16_t{1});
    put(body_, std::uint16_t{0});
    put(body_, std::numeric_limits<std::uint64_t>::max());  // the section's length is not known
    write_block(section_header);
    put(body_, static_cast<std::uint16_t>(link));
    put(body_, std::uint16_t{0});
    put(body_, std::uint32_t{0});  // no limit of length
    put_option(body_, option_if_name, interface);
    put_option(body_, option_if_resolution, std::string(1, static_cast<char>(nanoseconds)));
    put_option(body_, option_end, {});
    write_block(interface_description);
}

void PcapngWriter::write(const timeline::Frame& frame, std::string_view comment) {
    if (frame.link != link_) {
        throw std::invalid_argument("write " + path_ + ": a frame of another link type");
    }
    put(body_, std::uint32_t{0});
    put_stamp(body_, stamp(frame.at));
    put(body_, static_cast<std::uint32_t>(frame.bytes.size()));
    put(body_, frame.original_length);
    put_padded(body_, {reinterpret_cast<const char*>(frame.bytes.data()), frame.bytes.size()});
    if (!comment.empty()) {
        put_option(body_, option_comment, comment);
        put_option(body_, option_end, {});
    }
    write_block(enhanced_packet);
}

void PcapngWriter::write_secrets(std::string_view key_log) {
    put(body_, tls_key_log);
    put(body_, static_cast<std::uint32_t>(key_log.size()));
    put_padded(body_, key_log);
    write_block(decryption_secrets);
}

void PcapngWriter::write_statistics(timeline::Instant at, const CaptureStats& stats) {
    put(body_, std::uint32_t{0});
    put_stamp(body_, stamp(at));
    put_count(body_, option_received, stats.received);
    put_count(body_, option_if_dropped, stats.if_dropped);
    put_count(body_, option_os_dropped, stats.dropped);
    put_option(body_, option_end, {});
    write_block(interface_statistics);
}

void PcapngWriter::flush() {
    if (file_ && std::fflush(file_.get()) != 0) {
        fail("write");
    }
}

void PcapngWriter::close() {
    if (file_ && std::fclose(file_.release()) != 0) {
        fail("close");
    }
}

void PcapngWriter::write_block(std::uint32_t type) {
    if (!file_) {
        throw std::logic_error("write " + path_ + ": it is closed");
    }
    std::string edge;
    put(edge, type);
    put(edge, static_cast<std::uint32_t>(body_.size() + 12));
    const std::string_view length = std::string_view(edge).substr(4);
    for (const std::string_view part : {std::string_view(edge), std::string_view(body_), length}) {
        if (std::fwrite(part.data(), 1, part.size(), file_.get()) != part.size()) {
            fail("write");
        }
    }
    body_.clear();
}

std::uint64_t PcapngWriter::stamp(timeline::Instant at) const {
    return static_cast<std::uint64_t>((origin_.time_since_epoch() + at.time_since_epoch()).count());
}

void PcapngWriter::fail(const char* attempt) const {
    throw std::system_error(errno, std::generic_category(), std::string(attempt) + " " + path_);
}

}  // namespace twinline::capture
