# docker build -t w2v .
# docker run --rm -it --user "$(id -u):$(id -g)" -v "$PWD:/work" -v w2v-models:/models w2v train corpus.txt
FROM python:3.13-slim

COPY . /source
# [korean] brings a font with Hangul, too. The sources are not needed afterwards.
RUN pip install --no-cache-dir '/source[korean,html]' && rm -r /source

# Models, caches and compiled code live in the volume. Any user may write there, and a home is not needed.
ENV W2V_HOME=/models
RUN mkdir -m 1777 /models
VOLUME /models
WORKDIR /work
ENTRYPOINT ["w2v"]
CMD ["--help"]
