"""The same stack on one machine: an emulator in AWS's place and a twin in Meta's."""
