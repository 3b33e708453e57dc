// What is done to one network interface by ioctl, in the namespace that this thread is in.
#pragma once

#include <string>

namespace twinline::testbed {

void set_interface_up(const std::string& name);

// Checksums are then complete on the wire and no packet is larger than a wire would carry, so the
// capture is what a phone on a real network would have sent. What a kernel lacks is left alone.
void switch_offloads_off(const std::string& name);

}  // namespace twinline::testbed
