"""Commands whose help is in the language that is spoken."""

from __future__ import annotations

import click

from w2vcli.cli.styles import BoldHelp
from w2vcli.speaking.language import ENGLISH, language


class W2vContext(click.Context):
    """What Click knows of a call; help is written in the language that is spoken."""

    def make_formatter(self) -> click.HelpFormatter:
        """Return what help is written into."""
        if language() == ENGLISH:
            return BoldHelp(self.max_content_width)
        from w2vcli.cli.help_text import TranslatedHelp

        return TranslatedHelp(self.max_content_width)


class Translated(click.Command):
    """A command with its help in the language that is spoken."""

    context_class = W2vContext

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return what stands beside the command in a list of commands."""
        if language() == ENGLISH:
            return super().get_short_help_str(limit)
        from w2vcli.cli.help_text import short_help

        return short_help(self)
