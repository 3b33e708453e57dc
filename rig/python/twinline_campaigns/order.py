"""What is played first, and what fits: what failed or changed last time, then tier 1, grouped by configuration."""
from dataclasses import dataclass

AROUND_A_SCENARIO = 5.0  # seconds in the lab: servers that start, probes, a verdict


@dataclass
class Job:
    """One scenario to be played, once."""

    key: str
    scenario: str
    file: str
    tier: int
    configuration: str
    seconds: float  # it is expected to take, boot included
    restless: bool = False  # it failed last time, or its verdict changed

    @property
    def rank(self):
        return 0 if self.restless else 1 if self.tier == 1 else 2


def fitting(jobs, seconds, lanes):
    """(those that fit into the time, those that do not): the urgent ones first, and of those the short ones."""
    if seconds is None:
        return list(jobs), []
    chosen, left, room = [], [], seconds * lanes
    for job in sorted(jobs, key=lambda job: (job.rank, job.seconds, job.key)):
        if job.seconds <= min(room, seconds):
            chosen.append(job)
            room -= job.seconds
        else:
            left.append(job)
    return chosen, left


def in_order(jobs):
    """By urgency, then by configuration, so that a handset seldom boots into another; the longest first, so that lanes end
    together."""
    longest = {}
    for job in jobs:
        group = job.rank, job.configuration
        longest[group] = max(longest.get(group, 0.0), job.seconds)
    return sorted(jobs, key=lambda job: (job.rank, -longest[job.rank, job.configuration], job.configuration, -job.seconds, job.key))


def work(jobs):
    return sum(job.seconds for job in jobs)
