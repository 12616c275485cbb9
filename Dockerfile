# docker build -t w2v .
# docker run --rm -v "$PWD:/work" -v w2v-models:/models w2v train corpus.txt
FROM python:3.13-slim

COPY . /source
# [korean] brings a font with Hangul, too.
RUN pip install --no-cache-dir '/source[korean,html]'

# Models, caches and compiled code live in the volume, so that a read-only home does no harm.
ENV W2V_HOME=/models
VOLUME /models
WORKDIR /work
ENTRYPOINT ["w2v"]
CMD ["--help"]
