"""Common words of markup and of short blocks, to read vocabularies by, which hold only hashes."""

_WORDS = """
about abo account ad add address ads advert advertisement advertising affiliate agree all also amp and answer
answers app archive archives article articles ask aside author authors avatar back banner bar below bio blog
body book bookmark bottom box brand breadcrumb breadcrumbs breaking button buy by byline call caption captions
card cards carousel cart categories category chat choices close closed code col column columns comment comments
commented community company consent contact container content context continue cookie cookies copy copyright
corrections cover credit credits crumb crumbs current customer cta data date dateline deal deals deck
description details dialog dialogue discover discussion display disqus donate donation download dropdown editor
email enter entry error event events excerpt explore facebook faq feature featured feed feedback fig
figcaption figure filter filters fold follow font foot footer footnote form forum free from full further gallery
global grid group guest head header heading headline help hero hidden hide home hour hours icon image images
img imprint in index info inline input instagram intro item items job jobs keyword keywords kicker label lang
language latest layout lead learn left legal license like likes link linkedin links list listing live load
local log login logo mail main map market markets masthead media member members menu message messages meta min
minutes mobile modal modified module more most mostread name nav navbar navigation news newsletter next no
notice notification notifications off offer offers on online open options other our outbrain overlay page
pager pages pagination paragraph partner partners paywall people permalink phone photo photos picture pin
pinterest player policy popular popup post posted posts preview previous price primary print privacy product
products profile prev promo promoted promotion published quote quotes rail rate rating read reader reading
recent recipe recommend recommended recommendations register related rel reply replies report reserved
respond responses results review reviews rights row rss save score scores search secondary section
select send series services share shared sharing shop shopping show sidebar sign signin signup site sitemap
skip slide slider social sort source sponsor sponsored standfirst start stats sticky stock stocks store story
strap strip sub subheading subject submit subscribe subscriber subscription subtitle suggested summary support
tab table tabs taboola tag tags teaser teasers terms text the this thread thumb thumbnail ticker time title
toc toggle toolbar top topic topics topnav trending tweet twitter update updated use user username users via
video videos view views visit vote votes warning watch we weather welcome whatsapp widget with words wrapper
write writer written you your youtube
"""

GUESSES = tuple(dict.fromkeys(_WORDS.split()))
