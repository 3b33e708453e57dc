// Packets leave on a grid of 20 ms; when the process was late, the missing ones follow at once, so
// that the stream keeps its rate.
#include "reference_impl/live/media.hh"

#include <random>
#include <utility>

namespace twinline::live {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto packet_time = 20ms;
constexpr std::uint32_t samples = 160;  // of 8000 Hz in that time, an octet each
constexpr std::size_t header_size = 12;
constexpr std::uint16_t widest_gap = 1000;  // more is another stream, or an old packet

bool sends(wire::Direction direction) {
    return direction == wire::Direction::sendrecv || direction == wire::Direction::sendonly;
}

void append(std::string& bytes, std::uint32_t value, int octets) {
    for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8)
        bytes += static_cast<char>((value >> shift) & 0xff);
}

std::uint32_t read(const std::string& bytes, std::size_t at, std::size_t octets) {
    std::uint32_t value = 0;
    for (std::size_t i = at; i < at + octets; ++i)
        value = (value << 8) | static_cast<unsigned char>(bytes[i]);
    return value;
}

}  // namespace

class Media::Stream : public std::enable_shared_from_this<Stream> {
  public:
    Stream(boost::asio::io_context& context, const phone::MediaStart& media, MediaCounts& counts)
        : media_(media), counts_(counts), socket_(context, media.local), timer_(context) {
        std::random_device random;  // RFC 3550 5.1: sequence, timestamp and SSRC begin anywhere
        sequence_ = static_cast<std::uint16_t>(random());
        timestamp_ = random();
        ssrc_ = random();
    }

    void begin() {
        next_ = Clock::now();
        tick();
        wait();
    }

    void change(const phone::MediaStart& media) {
        if (!sends(media_.direction)) first_ = true;
        media_ = media;
    }

    wire::Endpoint local() const { return media_.local; }

  private:
    void tick() {
        for (const auto now = Clock::now(); next_ <= now; next_ += packet_time) send();
        timer_.expires_at(next_);
        timer_.async_wait([weak = weak_from_this()](const auto& error) {
            const auto self = weak.lock();
            if (self && !error) self->tick();
        });
    }

    // The media clock runs on while nothing is sent (RFC 3550 5.1).
    void send() {
        timestamp_ += samples;
        if (!sends(media_.direction)) return;
        const bool is_pcma = media_.format.encoding == wire::Encoding::pcma;
        const std::uint32_t marker = std::exchange(first_, false) ? 0x80 : 0;
        std::string packet;
        packet.reserve(header_size + samples);
        append(packet, 0x80, 1);  // version 2
        append(packet, marker | media_.format.payload, 1);
        append(packet, ++sequence_, 2);
        append(packet, timestamp_, 4);
        append(packet, ssrc_, 4);
        packet.append(samples, static_cast<char>(is_pcma ? 0xd5 : 0xff));  // silence
        if (!socket_.send(media_.remote, packet)) ++counts_.sent;
    }

    void wait() {
        socket_.async_wait([weak = weak_from_this()](const auto& error) {
            const auto self = weak.lock();
            if (!self || error) return;
            self->drain();
            self->wait();
        });
    }

    void drain() {
        while (const auto datagram = socket_.receive()) take(*datagram);
        while (socket_.refused()) {
        }  // nobody there yet, or no more: a stream goes on
    }

    void take(const Datagram& datagram) {
        const auto& bytes = datagram.bytes;
        const bool is_rtp = bytes.size() >= header_size && read(bytes, 0, 1) >> 6 == 2 &&
                            (read(bytes, 1, 1) & 0x7f) == media_.format.payload;
        if (!is_rtp || datagram.remote != media_.remote) {
            ++counts_.foreign;
            return;
        }
        ++counts_.received;
        const auto sequence = static_cast<std::uint16_t>(read(bytes, 2, 2));
        const auto source = read(bytes, 8, 4);
        if (heard_ && heard_->first == source) {
            const auto gap = static_cast<std::uint16_t>(sequence - heard_->second - 1);
            if (gap >= widest_gap) return;
            counts_.lost += gap;
        }
        heard_ = {source, sequence};
    }

    phone::MediaStart media_;
    MediaCounts& counts_;
    UdpSocket socket_;
    boost::asio::steady_timer timer_;
    Clock::time_point next_;
    bool first_ = true;  // of a stretch of sound (RFC 3551 4.1)
    std::uint16_t sequence_ = 0;
    std::uint32_t timestamp_ = 0, ssrc_ = 0;
    std::optional<std::pair<std::uint32_t, std::uint16_t>> heard_;  // SSRC and newest number
};

void Media::start(const phone::MediaStart& media) {
    if (stream_ && stream_->local() == media.local) return stream_->change(media);
    stream_.reset();
    counts_ = {};
    stream_ = std::make_shared<Stream>(context_, media, counts_);
    stream_->begin();
}

}  // namespace twinline::live
