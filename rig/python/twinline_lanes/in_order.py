"""How a plan is shared out among lanes. Apart from all else, for pytest may be without xdist."""
from xdist.scheduler import LoadScheduling


class InOrder(LoadScheduling):
    """Hands a lane the next scenario and the one after it, so that all lanes together follow the order of the plan."""

    def schedule(self):
        if self.collection is None:
            if not self._check_nodes_have_same_collection():
                return
            self.collection = next(iter(self.node2collection.values()))
            self.pending[:] = range(len(self.collection))
            if not self.collection:
                return
            for _ in range(2):
                for node in self.nodes:
                    self._send_tests(node, 1)
        for node in self.nodes:
            self.check_schedule(node)

    def check_schedule(self, node, duration=0):
        if node.shutting_down:
            return
        if not self.pending:
            node.shutdown()
        elif len(self.node2pending[node]) < 2:
            self._send_tests(node, 2 - len(self.node2pending[node]))
