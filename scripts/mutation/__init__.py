"""Breaks the code where a mistake costs most, one line at a time, and names the breaks that no test notices: ``make mutate``.

A seed draws lines (``changes``). Which tests run them is measured once (``measuring``), and each break is tried with those only, until
one fails (``trying``). Everything happens in copies of the tree below ``build/mutation``; the checkout is only read.

Our own, since mutmut and cosmic-ray try every change of a module: neither draws by a seed, and a whole run takes days here. What mutmut
knows of covering tests it asks of a process that it forks, which our tests with threads and subprocesses do not bear.
"""
