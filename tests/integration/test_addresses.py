import pytest

from integration.addresses import is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "198.18.0.1",
        "192.0.2.5",
        "224.0.0.1",
        "255.255.255.255",
        "0.0.0.0",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        # 127.0.0.1 where a /48 has it, with a public address in the last bits.
        "64:ff9b:1:7f00:0:100:808:808",
        "64:ff9b:1::101:101",
        # 10.0.0.1 as Teredo, ISATAP's private part, and IPv4-compatible.
        "2001:0:4136:e378:8000:63bf:f5ff:fffe",
        "fe80::5efe:a00:1",
        "::10.0.0.1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "2001:db8::1",
        "2001::1",
        "not an address",
        "",
        "2130706433",
    ],
)
def test_forbidden_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["23.227.38.65", "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "2002:101:101::1"]
)
def test_addresses_of_the_open_internet_are_public(address: str) -> None:
    assert is_public(address)
