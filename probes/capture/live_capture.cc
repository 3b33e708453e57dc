// Frames from an interface; see live_capture.hh. What the options mean stands in pcap(3PCAP).
#include "probes/capture/live_capture.hh"

#include <pcap/pcap.h>

#include <array>
#include <cerrno>
#include <optional>
#include <stdexcept>
#include <system_error>

namespace twinline::capture {

namespace {

constexpr int snapshot_length = 65535;
constexpr int buffered_wait_ms = 10;

std::optional<std::errc> known_error(int status) {
    switch (status) {
        case PCAP_ERROR_NO_SUCH_DEVICE:
            return std::errc::no_such_device;
        case PCAP_ERROR_PERM_DENIED:
        case PCAP_ERROR_PROMISC_PERM_DENIED:
            return std::errc::operation_not_permitted;
        case PCAP_ERROR_IFACE_NOT_UP:
            return std::errc::network_down;
        default:
            return std::nullopt;
    }
}

std::optional<timeline::LinkType> link_of(int data_link) {
    switch (data_link) {
        case DLT_EN10MB:
            return timeline::LinkType::ethernet;
        case DLT_RAW:
            return timeline::LinkType::raw_ip;
        case DLT_LINUX_SLL:
            return timeline::LinkType::linux_sll;
        case DLT_LINUX_SLL2:
            return timeline::LinkType::linux_sll2;
        default:
            return std::nullopt;
    }
}

}  // namespace

void LiveCapture::Close::operator()(pcap* handle) const noexcept { pcap_close(handle); }

LiveCapture::LiveCapture(const std::string& interface, Origin origin, const LiveOptions& options)
    : name_(interface), origin_(origin) {
    std::array<char, PCAP_ERRBUF_SIZE> error{};
    handle_.reset(pcap_create(interface.c_str(), error.data()));
    if (!handle_) {
        throw std::runtime_error("capture on " + name_ + ": " + error.data());
    }
    activate(options);
    if (!options.filter.empty()) {
        set_filter(options.filter);
    }
    if (pcap_setnonblock(handle_.get(), 1, error.data()) != 0) {
        throw std::runtime_error("capture on " + name_ + ": " + error.data());
    }
}

LiveCapture::~LiveCapture() = default;
LiveCapture::LiveCapture(LiveCapture&&) noexcept = default;
LiveCapture& LiveCapture::operator=(LiveCapture&&) noexcept = default;

void LiveCapture::fail(int status) const {
    const std::string attempt = "capture on " + name_;
    if (const auto code = known_error(status)) {
        throw std::system_error(std::make_error_code(*code), attempt);
    }
    throw std::runtime_error(attempt + ": " + pcap_geterr(handle_.get()));
}

void LiveCapture::activate(const LiveOptions& options) {
    pcap* const handle = handle_.get();
    const int immediate = options.delivery == Delivery::immediate ? 1 : 0;
    for (const int status :
         {pcap_set_snaplen(handle, snapshot_length), pcap_set_promisc(handle, 1),
          pcap_set_timeout(handle, buffered_wait_ms), pcap_set_immediate_mode(handle, immediate),
          pcap_set_buffer_size(handle, static_cast<int>(options.kernel_buffer)),
          pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO)}) {
        if (status != 0) {
            fail(status);
        }
    }
    // A warning (above zero) is no failure: "any" has no promiscuous mode.
    if (const int status = pcap_activate(handle); status < 0) {
        fail(status);
    }
    const auto link = link_of(pcap_datalink(handle));
    if (!link) {
        throw std::runtime_error("capture on " + name_ + ": link type " +
                                 std::to_string(pcap_datalink(handle)) + " is not known");
    }
    link_ = *link;
}

void LiveCapture::set_filter(const std::string& filter) {
    bpf_program program{};
    if (pcap_compile(handle_.get(), &program, filter.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0) {
        throw std::runtime_error("filter \"" + filter + "\" on " + name_ + ": " +
                                 pcap_geterr(handle_.get()));
    }
    const int status = pcap_setfilter(handle_.get(), &program);
    pcap_freecode(&program);
    if (status != 0) {
        fail(status);
    }
}

int LiveCapture::selectable_fd() const { return pcap_get_selectable_fd(handle_.get()); }

std::size_t LiveCapture::dispatch(const std::function<void(const timeline::Frame&)>& sink) {
    std::size_t count = 0;
    pcap_pkthdr* header = nullptr;
    const u_char* octets = nullptr;
    // One by one, because the sink may throw and libpcap's own loop is C.
    while (true) {
        const int status = pcap_next_ex(handle_.get(), &header, &octets);
        if (status == 0) {
            return count;
        }
        if (status < 0) {
            fail(status);
        }
        // With nanosecond precision tv_usec holds nanoseconds.
        const Origin stamp{std::chrono::seconds{header->ts.tv_sec} +
                           std::chrono::nanoseconds{header->ts.tv_usec}};
        timeline::Frame frame;
        frame.number = ++frames_;
        frame.at = timeline::Instant{stamp - origin_};
        frame.link = link_;
        frame.original_length = header->len;
        frame.bytes = {reinterpret_cast<const std::byte*>(octets), header->caplen};
        sink(frame);
        ++count;
    }
}

CaptureStats LiveCapture::stats() const {
    pcap_stat stat{};
    if (const int status = pcap_stats(handle_.get(), &stat); status != 0) {
        fail(status);
    }
    return {stat.ps_recv, stat.ps_drop, stat.ps_ifdrop};
}

}  // namespace twinline::capture
