"""The offline proof: a real session under watch, so that anyone can see on their own computer that nothing leaves it.

script: what is done, in a process of its own. network: an empty network for it, where packets end and are recorded.
packets and sockets: what is seen. proof: puts the parts together and judges.
"""
