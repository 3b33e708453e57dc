// Session descriptions: what a phone reads, writes and answers, and what it refuses to read.
#include "reference_impl/wire/sdp.hh"

#include <gtest/gtest.h>

namespace twinline::wire {
namespace {

const std::string head =
    "v=0\r\no=- 7 8 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n";

SessionDescription own() {
    return {.session = 1,
            .version = 2,
            .address = *parse_ipv4("192.0.2.2"),
            .audio_port = 4000,
            .formats = {{0, Encoding::pcmu}, {8, Encoding::pcma}, {101, Encoding::telephone_event}},
            .direction = Direction::sendrecv,
            .refused = {},
            .audio_place = 0};
}

TEST(Sdp, ReadsWhatItWrites) {
    const auto read = parse_sdp(serialise(own()));
    ASSERT_TRUE(read) << read.error().reason;
    EXPECT_EQ(*read, own());
}

TEST(Sdp, TakesBareLineFeedsUnknownLinesAndUnknownEncodings) {
    const auto read = parse_sdp(
        "v=0\no=x\nz=what\nc=IN IP4 192.0.2.1/127\nm=audio 5000/2 RTP/AVP 9 0 8 96\n"
        "a=rtpmap:96 TELEPHONE-EVENT/8000\na=rtpmap:8 opus/48000\na=hold\na=sendonly\n");
    ASSERT_TRUE(read) << read.error().reason;
    const std::vector<MediaFormat> expected{{0, Encoding::pcmu}, {96, Encoding::telephone_event}};
    EXPECT_EQ(read->formats, expected);
    EXPECT_EQ(read->direction, Direction::sendonly);
    EXPECT_EQ(read->audio_port, 5000);
}

TEST(Sdp, KeepsTheAddressAndDirectionOfTheAudioApartFromThoseOfOtherMedia) {
    const auto read = parse_sdp(head +
                                "m=video 6000 RTP/AVP 31\r\nc=IN IP4 192.0.2.9\r\na=inactive\r\n"
                                "m=audio 5000 RTP/AVP 0\r\nc=IN IP4 192.0.2.5\r\n");
    ASSERT_TRUE(read) << read.error().reason;
    EXPECT_EQ(to_string(read->address), "192.0.2.5");
    EXPECT_EQ(read->direction, Direction::sendrecv);
    const auto text = serialise(*answer(*read, own()));
    const auto video = text.find("m=video 0 RTP/AVP 31");
    ASSERT_NE(video, std::string::npos) << text;
    EXPECT_LT(video, text.find("m=audio 4000 RTP/AVP 0\r\n"));
}

TEST(Sdp, AnswersWithTheOffersPayloadNumbersAndTheMirroredDirection) {
    auto offer = own();
    offer.formats = {{8, Encoding::pcma}, {97, Encoding::telephone_event}};
    const std::pair<Direction, Direction> mirrored[] = {{Direction::sendrecv, Direction::sendrecv},
                                                        {Direction::sendonly, Direction::recvonly},
                                                        {Direction::recvonly, Direction::sendonly},
                                                        {Direction::inactive, Direction::inactive}};
    for (const auto& [theirs, ours] : mirrored) {
        offer.direction = theirs;
        const auto answered = answer(offer, own());
        ASSERT_TRUE(answered);
        EXPECT_EQ(answered->formats, offer.formats);
        EXPECT_EQ(answered->direction, ours);
    }
}

TEST(Sdp, AnswersNothingWithoutVoiceInCommonOrWithARefusedStream) {
    auto offer = own();
    offer.formats = {{101, Encoding::telephone_event}};
    EXPECT_FALSE(answer(offer, own()));
    offer = own();
    offer.audio_port = 0;
    EXPECT_FALSE(answer(offer, own()));
}

TEST(Sdp, RefusesWhatIsMalformed) {
    for (const auto& text :
         {std::string(), std::string("m=audio"), std::string("\0\0", 2), head,
          head + "m=audio 65536 RTP/AVP 0\r\n", head + "m=audio x RTP/AVP 0\r\n",
          head + "m=audio 5000 RTP/AVP\r\n", head + "m=audio 5000 RTP/AVP 128\r\n",
          head + "m=audio 5000 RTP/SAVP 0\r\n",
          head + "m=audio 5000 RTP/AVP 0\r\na=rtpmap:999 x\r\n",
          head + "c=IN IP4 1.2.3\r\nm=audio 5000 RTP/AVP 0\r\n",
          head + "m=audio 5000 RTP/AVP 0\r\nc=IN IP6 ::1\r\n",
          head + "m=audio 5000 RTP/AVP 0\r\nm=video 1 RTP/AVP 31\ra=inactive\r\n",
          std::string("v=0\r\nc=IN IP6 ::1\r\nm=audio 5000 RTP/AVP 0\r\n")}) {
        EXPECT_FALSE(parse_sdp(text)) << text;
    }
}

TEST(Sdp, RefusesMoreThanAPhoneWouldRead) {
    const auto repeated = [](const std::string& part, int times) {
        std::string text;
        for (int i = 0; i < times; ++i) text += part;
        return text;
    };
    const auto audio = head + "m=audio 5000 RTP/AVP 0\r\n";
    EXPECT_TRUE(parse_sdp(audio + repeated("m=video 1 RTP/AVP 31\r\n", 7)));
    EXPECT_FALSE(parse_sdp(audio + repeated("m=video 1 RTP/AVP 31\r\n", 8)));
    EXPECT_TRUE(parse_sdp(head + "m=audio 5000 RTP/AVP" + repeated(" 0", 32)));
    EXPECT_FALSE(parse_sdp(head + "m=audio 5000 RTP/AVP" + repeated(" 0", 33)));
    EXPECT_TRUE(parse_sdp(audio + repeated("b=x\r\n", 506)));
    EXPECT_FALSE(parse_sdp(audio + repeated("b=x\r\n", 507)));
    EXPECT_FALSE(parse_sdp(audio + std::string("b=") + std::string(16384, 'x')));
}

}  // namespace
}  // namespace twinline::wire
