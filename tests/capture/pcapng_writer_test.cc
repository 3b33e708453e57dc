// What the writer writes, our reader and Wireshark must read back, to the nanosecond; and a full
// disk is told.
#include "probes/capture/pcapng_writer.hh"

#include "tests/capture/capture_files.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pcap/pcap.h>

#include <cstring>
#include <system_error>

namespace {

using namespace twinline;
using namespace twinline::test;
using capture::PcapngWriter;
using testing::HasSubstr;
using timeline::Duration;
using timeline::Instant;

const capture::Origin origin{std::chrono::seconds{1'700'000'000}};

timeline::Frame frame_of(std::string_view octets, std::int64_t at) {
    timeline::Frame frame;
    frame.at = Instant{Duration{at}};
    frame.original_length = static_cast<std::uint32_t>(octets.size());
    frame.bytes = std::as_bytes(std::span(octets));
    return frame;
}

// An ARP request: something that Wireshark knows.
const std::string arp = std::string(6, '\xff') + std::string(6, '\x02') +
                        std::string("\x08\x06\0\x01\x08\0\x06\x04\0\x01", 10) +
                        std::string(20, '\x03');

std::filesystem::path write_sample(const TemporaryDirectory& directory) {
    const auto path = directory / "sample.pcapng";
    PcapngWriter writer(path, "br-phones", timeline::LinkType::ethernet, origin);
    writer.write_secrets("CLIENT_RANDOM 00 11\n");
    writer.write(frame_of(arp, 1), "first of all");
    timeline::Frame cut = frame_of(std::string_view(arp).substr(0, 23), 2'000'000'003);
    cut.original_length = 42;
    writer.write(cut);
    writer.write_statistics(Instant{Duration{3}}, {2, 1, 7});
    writer.close();
    return path;
}

TEST(PcapngWriter, OurReaderGetsEverythingBack) {
    const TemporaryDirectory directory;
    const ReadFile file = read_path(write_sample(directory));
    EXPECT_FALSE(file.fault);
    ASSERT_EQ(file.frames.size(), 2U);
    EXPECT_EQ(*file.origin, origin + Duration{1});
    EXPECT_EQ(file.frames[0].octets, arp);
    EXPECT_EQ(file.frames[0].comment, "first of all");
    EXPECT_EQ(file.frames[0].frame.link, timeline::LinkType::ethernet);
    EXPECT_EQ(file.frames[1].frame.at, Instant{Duration{2'000'000'002}});
    EXPECT_EQ(file.frames[1].frame.original_length, 42U);
    EXPECT_EQ(file.frames[1].octets.size(), 23U);
    EXPECT_EQ(file.notes.secrets, "CLIENT_RANDOM 00 11\n");
    EXPECT_EQ(file.notes.stats, (capture::CaptureStats{2, 1, 7}));
}

TEST(PcapngWriter, WiresharkReadsIt) {
    const TemporaryDirectory directory;
    const auto path = write_sample(directory);
    const auto fields = output_of("tshark -r " + path.string() +
                                  " -T fields -e frame.time_epoch -e frame.len -e frame.cap_len "
                                  "-e frame.comment -e frame.interface_name -e eth.type");
    if (!fields) {
        GTEST_SKIP() << "tshark is not installed";
    }
    EXPECT_EQ(*fields,
              "1700000000.000000001\t42\t42\tfirst of all\tbr-phones\t0x0806\n"
              "1700000002.000000003\t42\t23\t\tbr-phones\t0x0806\n");
}

TEST(PcapngWriter, WiresharksRewritingIsReadToo) {
    const TemporaryDirectory directory;
    const auto path = write_sample(directory);
    for (const char* format : {"pcapng", "pcap", "nsecpcap"}) {
        const auto copy = directory / format;
        if (!output_of("editcap -F " + std::string(format) + " " + path.string() + " " +
                       copy.string())) {
            GTEST_SKIP() << "editcap is not installed";
        }
        const ReadFile file = read_path(copy);
        EXPECT_FALSE(file.fault) << format;
        ASSERT_EQ(file.frames.size(), 2U) << format;
        EXPECT_EQ(file.frames[0].octets, arp) << format;
        const std::int64_t since = std::strcmp(format, "pcap") == 0 ? 2'000'000'000 : 2'000'000'002;
        EXPECT_EQ(file.frames[1].frame.at, Instant{Duration{since}}) << format;
    }
}

TEST(PcapngWriter, WhatLibpcapWritesIsRead) {
    const TemporaryDirectory directory;
    const auto path = directory / "libpcap.pcap";
    pcap_t* dead =
        pcap_open_dead_with_tstamp_precision(DLT_EN10MB, 65535, PCAP_TSTAMP_PRECISION_NANO);
    ASSERT_NE(dead, nullptr);
    pcap_dumper_t* dumper = pcap_dump_open(dead, path.c_str());
    ASSERT_NE(dumper, nullptr);
    for (int i = 0; i < 3; ++i) {
        pcap_pkthdr header{};
        header.ts = {1'700'000'000 + i, 5 * i};
        header.caplen = static_cast<bpf_u_int32>(arp.size());
        header.len = header.caplen + 1;
        pcap_dump(reinterpret_cast<u_char*>(dumper), &header,
                  reinterpret_cast<const u_char*>(arp.data()));
    }
    pcap_dump_close(dumper);
    pcap_close(dead);
    const ReadFile file = read_path(path);
    EXPECT_FALSE(file.fault);
    ASSERT_EQ(file.frames.size(), 3U);
    EXPECT_EQ(file.frames[2].frame.at, Instant{Duration{2'000'000'010}});
    EXPECT_EQ(file.frames[2].frame.original_length, arp.size() + 1);
    EXPECT_EQ(file.frames[2].octets, arp);
}

template <typename Attempt>
std::string refusal(Attempt&& attempt) {
    try {
        attempt();
    } catch (const std::exception& error) {
        return error.what();
    }
    return "";
}

TEST(PcapngWriter, NamesTheFileThatItCannotOpen) {
    EXPECT_THAT(
        refusal([] { PcapngWriter("/nowhere/at/all", "x", timeline::LinkType::ethernet, origin); }),
        testing::AllOf(HasSubstr("open /nowhere/at/all"), HasSubstr("No such file")));
}

TEST(PcapngWriter, AFullDiskIsTold) {
    if (!std::filesystem::exists("/dev/full")) {
        GTEST_SKIP() << "no /dev/full here";
    }
    const auto fill = [](auto&& finish) {
        PcapngWriter writer("/dev/full", "x", timeline::LinkType::ethernet, origin);
        writer.write(frame_of(arp, 1));
        finish(writer);
    };
    EXPECT_THAT(refusal([&] { fill([](PcapngWriter& writer) { writer.flush(); }); }),
                testing::AllOf(HasSubstr("/dev/full"), HasSubstr("No space left")));
    EXPECT_THAT(refusal([&] { fill([](PcapngWriter& writer) { writer.close(); }); }),
                HasSubstr("No space left"));
}

TEST(PcapngWriter, RefusesAFrameOfAnotherLinkType) {
    const TemporaryDirectory directory;
    PcapngWriter writer(directory / "x.pcapng", "x", timeline::LinkType::raw_ip, origin);
    EXPECT_THROW(writer.write(frame_of(arp, 1)), std::invalid_argument);
    writer.close();
    EXPECT_THROW(writer.write_secrets("x"), std::logic_error);
}

}  // namespace
