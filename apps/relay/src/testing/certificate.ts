// A certificate for `localhost` that names nobody, with its key, from 2020 to 2120: it protects nothing, so it is here
// for all to read, and no test needs a program that makes one.

export const LOCALHOST_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBIDCB06ADAgECAgEBMAUGAytlcDAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwIBcN
MjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMMCWxvY2Fs
aG9zdDAqMAUGAytlcAMhAN2h26+iaPeIq9wWhu6HVPJS5gVa1DZBomlVHKU0XXUs
o0gwRjAUBgNVHREEDTALgglsb2NhbGhvc3QwDwYDVR0TAQH/BAUwAwEB/zAdBgNV
HQ4EFgQU+qho0FFG+p4hcuJ22FU3cvcHy98wBQYDK2VwA0EAHqhMwhYsdu+3HeQL
KaHJUcOqCfVTYZk5ed+cfIOCWfnEl6NKzq4gNowmGFYlDMMx0bsyF79xRbqkkLTq
+u7DCQ==
-----END CERTIFICATE-----
`

export const LOCALHOST_KEY = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIOfddl1TFvwM6lozdUub48mDXIAvscWTSpSepqMOukxm
-----END PRIVATE KEY-----
`
